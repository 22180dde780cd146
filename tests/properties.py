"""How property tests search: the same examples in every run, or at random (`make explore`).

A search at random finds things on some days only, and a run may not be red by luck. So `make test`
always tries the same examples, and whatever exploring finds is written down as an `@example`.
"""

import os

from hypothesis import HealthCheck, settings

# Whether something is slow depends on what else the machine does; other tests measure that.
_NO_CLOCK = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

settings.register_profile("repeatable", derandomize=True, database=None, **_NO_CLOCK)
settings.register_profile(
    "explore",
    max_examples=int(os.environ.get("EXAMPLES", "2000")),
    derandomize=False,
    print_blob=True,
    **_NO_CLOCK,
)
settings.load_profile("repeatable")  # `--hypothesis-profile` comes after this, and wins


def costly(share: float = 0.25, *, with_fixtures: bool = False) -> settings:
    """For a property whose examples take long: only a `share` of what the profile tries.

    `with_fixtures`: examples share the test's fixtures, and the test puts up with what earlier
    ones left there.
    """
    profile = settings()
    allowed = [HealthCheck.function_scoped_fixture] if with_fixtures else []
    return settings(
        max_examples=max(1, int(profile.max_examples * share)),
        suppress_health_check=[*profile.suppress_health_check, *allowed],
    )
