"""Hardware tiers: how much of the machine a job may use, by name."""

from collections.abc import Iterable
from dataclasses import dataclass

from jupyter_domino.compute.values import Tier
from jupyter_domino.errors import Invalid
from jupyter_domino.settings import TierSettings

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Tiers:
    """The tiers there are, and the one a job gets that asks for none."""

    tiers: tuple[Tier, ...] = (
        Tier("small", 1, 2 * GIB),
        Tier("medium", 2, 4 * GIB),
        Tier("large", 4, 16 * GIB),
    )
    default: str = "medium"

    def get(self, name: str | None) -> Tier:
        """The tier of that name, or the default.

        Raises:
            Invalid: `unknown-tier`; the message lists those there are.
        """
        wanted = self.default if name is None else name
        for tier in self.tiers:
            if tier.id == wanted:
                return tier
        known = [tier.id for tier in self.tiers]
        raise Invalid(
            f"There is no hardware tier {wanted!r}: choose one of {', '.join(known)}.",
            code="unknown-tier",
            details={"tier": wanted, "tiers": known},
        )


def with_settings(chosen: Iterable[TierSettings]) -> Tiers:
    """The built-in tiers, with those of the settings added or put in their place."""
    tiers = {tier.id: tier for tier in Tiers().tiers}
    default = Tiers().default
    for setting in chosen:
        tiers[setting.id] = Tier(setting.id, setting.cores, setting.memory)
        default = setting.id if setting.default else default
    return Tiers(tuple(tiers.values()), default)
