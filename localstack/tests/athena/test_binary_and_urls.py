"""Bytes, hashes and URLs."""

from support.athena import Athena, check


def test_urls_come_apart(athena: Athena) -> None:
    check(
        athena,
        {
            "url_extract_host('https://ex.com/x?y=1')": "ex.com",
            "url_extract_parameter('https://ex.com/x?y=1', 'y')": "1",
            "url_extract_query('https://e.com/p?q=1#f')": "q=1",
            "url_extract_path('https://e.com/p?q=1#f')": "/p",
            "url_extract_fragment('https://e.com/p?q=1#f')": "f",
            "url_extract_port('https://e.com:81/')": "81",
            "url_extract_protocol('https://e.com')": "https",
            "url_encode('a b/c')": "a+b%2Fc",
            "url_decode('a+b%2Fc')": "a b/c",
        },
    )


def test_bytes_are_shown_as_pairs_of_hex_digits(athena: Athena) -> None:
    check(
        athena,
        {
            "to_hex(sha256(to_utf8('abc')))": "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
            "to_hex(md5(to_utf8('abc')))": "900150983CD24FB0D6963F7D28E17F72",
            "lower(to_hex(xxhash64(to_utf8('abc'))))": "44bc2cf5ad770999",
            "to_base64(to_utf8('abc'))": "YWJj",
            "from_utf8(from_base64('YWJj'))": "abc",
            "x'00ff'": "00 ff",
            "to_utf8('é')": "c3 a9",
            "from_utf8(x'c3a9')": "é",
            "to_hex(x'0aff')": "0AFF",
            "from_hex('0AFF')": "0a ff",
            "crc32(to_utf8('abc'))": "891568578",
            "md5(to_utf8('a'))": "0c c1 75 b9 c0 f1 b6 a8 31 c3 99 e2 69 77 26 61",
            "sha1(to_utf8('a'))": "86 f7 e4 37 fa a5 a7 fc e1 5d 1d dc b9 ea ea ea 37 76 67 b8",
        },
    )
