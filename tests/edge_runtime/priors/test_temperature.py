import numpy as np
import pytest

from edge_runtime.priors.code_network import CodeNetwork
from edge_runtime.priors.draw_settings import DrawSettings
from edge_runtime.priors.learned import LearnedPrior
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.priors.temperature import at_temperature


class Falling:
    """The higher a code, the less likely."""

    def predict(self, quantized, visible):
        logits = np.arange(0, -8, -1, dtype=np.float32)
        return np.tile(logits, (*quantized.shape[:3], 1))


CODEBOOK = np.arange(8, dtype=np.float32)[:, np.newaxis]
COUNTS = np.array([512, 256, 128, 64, 32, 16, 8, 4])


@pytest.mark.parametrize(
    "prior",
    [
        LearnedPrior(CodeNetwork(Falling(), CODEBOOK, reach=0), draws=DrawSettings()),
        MarginalPrior(COUNTS, predict="sample"),
        NaiveBayesPrior(8, predict="sample", marginal=COUNTS),
    ],
)
def test_colder_draws_are_likelier(prior):
    codemap, mask = np.zeros((20, 4), np.int32), np.ones((20, 4), np.bool_)
    kinds = []
    for temperature in (0.01, 1.0, 50.0):
        drawn = at_temperature(prior, temperature).fill(codemap, mask, seed=1)
        kinds.append(len(np.unique(drawn)))
    assert kinds[0] == 1 and kinds[0] < kinds[1] <= kinds[2]
    one = at_temperature(prior, 1.0).fill(codemap, mask, seed=1)
    assert (one == prior.fill(codemap, mask, seed=1)).all()  # it is not changed itself


def test_a_prior_without_draws_stays_as_it_is():
    repairing = LearnedPrior(CodeNetwork(Falling(), CODEBOOK, reach=0))
    assert at_temperature(repairing, 2.0) is repairing
    with pytest.raises(ValueError, match="temperature must lie in"):
        at_temperature(repairing, 0.0)
