"""What all sections of a spec have in common, and the rules that types alone cannot say.

A rule is written once, in CEL, where Kubernetes checks it; the validators beside the types say the same to a person who
works without a cluster. tests/unit/operator holds the two to each other.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

NAME = r"^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$"
ARN = r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$"
CLOCK_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

Name = Annotated[str, Field(pattern=NAME, max_length=40)]
Nonce = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Cel:
    """A rule of the Common Expression Language about one section, and what to tell who breaks it.

    A rule that reads `oldSelf` holds between a spec and the one before it, and is Kubernetes' to check alone.
    """

    rule: str
    message: str


class Section(BaseModel):
    """Base of all sections: camelCase outside, closed, immutable."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    cel: ClassVar[tuple[Cel, ...]] = ()
    list_key: ClassVar[str | None] = None
    """In a list of such sections: the field that tells them apart."""


class Bounds(Section):
    """From `min` to `max`, both included."""

    cel = (Cel("self.min <= self.max", "min is above max"),)

    min: Annotated[int, Field(ge=1, le=500)] = 1
    """No fewer."""
    max: Annotated[int, Field(ge=1, le=500)]
    """No more."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise ValueError("min is above max")
        return self

    def clamp(self, wanted: int) -> int:
        return min(max(wanted, self.min), self.max)
