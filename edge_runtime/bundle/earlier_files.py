"""Earlier files of the shipped models that give the same bits, by their SHA-256.

`export.shrink` wrote the same networks in fewer bytes, and before that priors were
added; encoder, decoder, codebook and marginal stayed. So what was made with those files
can be made with the one that ships now. Earlier files of `general` have another
encoder and decoder: what was made with one of them needs that file.
"""

from __future__ import annotations

_EARLIER = {
    # `model_digest` of nsynth_light, as files of codes have it.
    "f22bbd286cc33d9d7268ec1e435add2ebee3fb4d766717b1ff34cac85cf6581b": (
        "95c2da1ed654ba0e0204d3fbdb6b744ec3534c28385cf838e40e73a9db52e7fa",  # unshrunk
        "07f5fa6ffe95e2ed164c3fee9c8fce809f450b372d33747e803e9744a4a987b4",
        "71c457feb3b62048f202b42521bf6de7d27c6a43e44a3488a3a4d57115c20165",  # 0.2.0
    ),
    # The whole file of nsynth_light, as sessions have it: the prior is the same too.
    "7553b3ae558b608e000aab225026ce76f26edbe175e10809462f4a1542ee5fa0": (
        "2e156ba9875a4e8370e56b8b6d71d40ee07f158b2c495eef159f9a79c2d7ef1e",
    ),
}


def earlier_of(sha256: str) -> tuple[str, ...]:
    """What else gives the same bits, earlier files of the shipped models.

    Args:
        sha256: Of a bundle's file, or its `model_digest`, in hexadecimal.

    Returns:
        The same of each earlier file; none of a model that does not ship.

    Example:

    >>> earlier_of("0" * 64)
    ()
    """
    return _EARLIER.get(sha256, ())
