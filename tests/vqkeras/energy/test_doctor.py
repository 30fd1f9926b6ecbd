"""The doctor names every meter and, for each that is missing, the reason."""

from vqkeras.energy.doctor import diagnosis, diagnosis_text


def test_every_meter_is_available_or_says_why_not():
    document = diagnosis()
    names = [meter["name"] for meter in document["meters"]]
    assert names == [
        "nvidia",
        "rapl",
        "raspberry-pi-5",
        "codecarbon",
        "constant",
        "cpu-time",
    ]
    for meter in document["meters"]:
        assert meter["available"] == (meter["why_not"] == "")
        assert meter["measures"]


def test_what_a_training_counts_has_method_and_uncertainty():
    document = diagnosis()
    assert document["training"]
    for domain in document["training"]:
        assert domain["method"].partition(":")[0] in ("measured", "estimated")
        assert domain["measures"] and domain["uncertainty"]


def test_text_has_reasons_methods_and_constants(monkeypatch):
    monkeypatch.setenv("PATH", "")
    document = diagnosis()
    text = diagnosis_text(document)
    assert "why not: no vcgencmd here" in text
    for domain in document["training"]:
        assert domain["method"] in text
    assert "477 g/kWh" in text and "0.433 kg" in text and "PUE 1.58" in text
    assert "481 g/kWh" in text and "Ember" in text and "2023" in text


def test_gpus_are_listed_with_their_names(fake_driver):
    fake_driver.set(("GPU-1", "Tesla V100", 5, 250_000))
    document = diagnosis()
    assert "gpu:0 (Tesla V100), measured:nvml-energy-counter" in diagnosis_text(
        document
    )
    assert fake_driver.users == 0
