"""Stereo: levels and correlation of two channels come back in a hole."""

import numpy as np
import pytest

from edge_runtime.edit.stereo_image import (
    image_around,
    image_within,
    joint_spectrum,
    stereo_axes,
)

SHAPE = (60, 40)
EVERYWHERE = np.ones(SHAPE)


def noise(seed):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=SHAPE) + 1j * rng.normal(size=SHAPE)).astype(np.complex64)


def correlation(left, right):
    power = np.square(np.abs(left)).sum() * np.square(np.abs(right)).sum()
    return float((left * right.conj()).real.sum() / np.sqrt(power))


def test_nothing_cancels_in_the_joint_spectrum():
    left = noise(0)
    for right in (left, -left, 1j * left):
        joint = joint_spectrum(np.stack([left, right]))
        np.testing.assert_allclose(np.abs(joint), np.abs(left), rtol=1e-5)
    np.testing.assert_array_equal(joint_spectrum(left[np.newaxis]), left)


def test_axes_are_orthogonal_and_uncorrelated():
    common, own = noise(1), noise(2)
    spectra = np.stack([common + 0.3 * own, 0.5 * common - 0.3 * own])
    axes = stereo_axes(spectra, EVERYWHERE)
    parts = axes.split(spectra)
    np.testing.assert_allclose(axes.join(parts), spectra, atol=1e-5)
    assert abs(correlation(*parts)) < 0.1 < abs(correlation(*spectra))


def test_a_mono_sound_has_no_rest_at_all():
    left = noise(3)
    axes = stereo_axes(np.stack([left, left]), EVERYWHERE)
    common, rest = parts = axes.split(np.stack([left, left]))
    assert not rest.any() and common.any()
    image = image_around(parts, np.arange(60)[:, np.newaxis] // 20 * EVERYWHERE == 1)
    assert not image[1].any()
    again = axes.join(image * np.stack([left, left]))
    np.testing.assert_array_equal(again[0], again[1])


def test_the_image_goes_from_one_side_of_a_hole_to_the_other():
    spectra = np.ones((2, *SHAPE), np.complex64)
    spectra[1, :20], spectra[1, 40:] = 0.0, 1.0
    spectra[:, 20:40] = 99.0  # hidden: not to be looked at
    mask = np.zeros(SHAPE, bool)
    mask[20:40] = True
    right = image_around(spectra, mask)[1, 20:40, 0]
    assert right[0] < 0.4 and right[-1] > 0.9 and (np.diff(right) > 0).all()


def test_energy_is_shared_and_not_lost():
    spectra = np.stack([noise(4), 0.2 * noise(5)])
    mask = np.zeros(SHAPE, bool)
    mask[20:40, 10:20] = True
    for image in (image_around(spectra, mask), image_within(spectra)):
        np.testing.assert_allclose(np.square(image).mean(axis=0), 1.0, rtol=1e-5)


@pytest.mark.parametrize("mask", [np.ones(SHAPE, bool), np.arange(40) < EVERYWHERE * 9])
def test_bins_that_are_never_heard_have_the_image_of_the_others(mask):
    spectra = np.stack([noise(6), 0.5 * noise(6)])
    image = image_around(spectra, np.asarray(mask))
    np.testing.assert_allclose(image[1] / image[0], 0.5, rtol=1e-4)
