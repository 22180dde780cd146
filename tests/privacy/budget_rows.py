"""A budget for a test that only cares how much and how it is counted."""

from safety_app.privacy.budgets import Budget, KeyedBy, Unit, WhenSpent


def budget(
    name: str = "ten",
    amount: int = 10,
    seconds: int = 3600,
    *,
    unit: Unit = "requests",
    keyed_by: KeyedBy = "person",
    when_spent: WhenSpent = "refuse",
) -> Budget:
    return Budget(name, name.title(), amount, seconds, unit, keyed_by, when_spent)
