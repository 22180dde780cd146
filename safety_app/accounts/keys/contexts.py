"""The context (associated data) of every box and seal of this app, in one place."""

from safety_app.vault.encoding import make_context


def seed_seal(member: int) -> bytes:
    """A member's secret sealed to the key pair of the passphrase."""
    return make_context("member seed", member)


def recovery_seal(member: int) -> bytes:
    """A member's secret sealed to the key pair of the recovery code."""
    return make_context("member seed, recovery", member)


def opener_keys(member: int) -> bytes:
    """The public keys of passphrase and recovery code, under a key from the member's seed."""
    return make_context("opener keys", member)


def network_box(owner: int, epoch: int) -> bytes:
    """The network key under a member's own key or an invitation code's key."""
    return make_context("network key", owner, epoch)


def network_seal(owner: int, epoch: int) -> bytes:
    """The network key sealed to a member's or invitation's public key."""
    return make_context("network key, sealed", owner, epoch)


def welcome_box(member: int, epoch: int) -> bytes:
    """The network key under an applicant's welcome key, from approval to the next sign-in."""
    return make_context("network key, welcome", member, epoch)


def desk_fingerprint(owner: int) -> bytes:
    """The fingerprint of an organisation's desk, for an account or invitation without a key."""
    return make_context("desk fingerprint", owner)


def second_factor(member: int) -> bytes:
    """The second step's settings, under a key from the member's seed."""
    return make_context("second factor", member)


def personal_settings(member: int) -> bytes:
    """What a person chose for their own use, under a key from the member's seed."""
    return make_context("personal settings", member)


def desk_seed(desk: int, holder: int) -> bytes:
    """A desk's seed sealed to a moderator, a moderator's invitation or an organisation's desk."""
    return make_context("desk seed", desk, holder)


def desk_recovery(desk: int) -> bytes:
    """A desk's seed under the desk recovery code's key."""
    return make_context("desk seed, recovery", desk)


def previous_desk(desk: int) -> bytes:
    """A desk's seed from before its renewal, under a key from the new one."""
    return make_context("desk seed, previous", desk)


def retired_identities(desk: int) -> bytes:
    """The fingerprints of a network's earlier identities, under a key from the desk's seed."""
    return make_context("retired identities", desk)


def epoch_month(number: int) -> bytes:
    """The month in which a network key was made, under a key from it."""
    return make_context("epoch month", number)
