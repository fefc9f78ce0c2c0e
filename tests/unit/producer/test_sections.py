"""Up to where everything has arrived, and how much may be on its way beyond that."""

from producer.sections import EVENTS_OF_ONE_USER, Cut, Position, Sections

DEDUP_EVENTS = 512  # `dedup.events` of the job


def test_a_section_is_through_when_it_has_ended_and_all_its_packs_have_arrived() -> None:
    sections = Sections()
    sections.sent(0)
    sections.sent(0)
    sections.arrived(0)
    assert sections.through() is None
    sections.ended(0, Position(lines=10))
    assert sections.through() is None
    sections.arrived(0)
    assert sections.through() == (1, Position(lines=10))
    assert sections.through() is None


def test_a_section_without_packs_is_through_when_it_ends() -> None:
    sections = Sections()
    sections.ended(0, Position(lines=5, ignored=5))
    assert sections.through() == (1, Position(lines=5, ignored=5))


def test_a_later_section_waits_for_the_earlier_one() -> None:
    sections = Sections()
    sections.sent(0)
    sections.ended(0, Position(lines=10))
    sections.sent(1)
    sections.ended(1, Position(lines=20))
    sections.arrived(1)
    assert sections.through() is None
    sections.arrived(0)
    assert sections.through() == (2, Position(lines=20))


def test_no_section_is_sent_before_the_one_two_before_it_is_saved() -> None:
    sections = Sections()
    assert [sections.may_send(n) for n in range(4)] == [True, True, False, False]
    sections.saved(1)
    assert [sections.may_send(n) for n in range(4)] == [True, True, True, False]


def test_everything_is_saved_only_when_what_is_through_was_saved() -> None:
    sections = Sections()
    assert sections.all_saved
    sections.sent(0)
    assert not sections.all_saved
    sections.ended(0, Position(lines=1))
    sections.arrived(0)
    assert sections.has_news
    news = sections.through()
    assert news is not None
    assert not sections.all_saved
    sections.saved(news[0])
    assert sections.all_saved


def test_a_section_ends_before_an_account_has_too_many_events_in_it() -> None:
    cut = Cut()
    assert [cut.due("U1") for _ in range(EVENTS_OF_ONE_USER)].index(True) == EVENTS_OF_ONE_USER - 1
    cut.start()
    assert not cut.due("U1")


def test_events_of_different_accounts_do_not_end_a_section() -> None:
    cut = Cut()
    assert not any(cut.due(f"U{n}") for n in range(10 * EVENTS_OF_ONE_USER))


def test_what_may_be_sent_again_is_less_than_the_job_remembers() -> None:
    assert 2 * EVENTS_OF_ONE_USER < DEDUP_EVENTS
