from vqkeras.datasets.config import FAMILIES, SOURCES
from vqkeras.datasets.general_midi import family_of, source_of


def test_every_program_has_nsynths_words_or_no_pitch():
    families = [family_of(program) for program in range(128)]
    assert set(families) - {None} == set(FAMILIES)
    assert families.index(None) == 115
    assert families[115:] == [None] * 13
    assert {source_of(program) for program in range(128)} == set(SOURCES)


def test_well_known_programs():
    assert (family_of(0), source_of(0)) == ("keyboard", "acoustic")
    assert (family_of(11), source_of(11)) == ("mallet", "acoustic")  # vibraphone
    assert (family_of(29), source_of(29)) == ("guitar", "electronic")  # overdriven
    assert (family_of(39), source_of(39)) == ("bass", "synthetic")
    assert (family_of(42), source_of(42)) == ("string", "acoustic")  # cello
    assert (family_of(53), source_of(53)) == ("vocal", "acoustic")
    assert (family_of(56), source_of(56)) == ("brass", "acoustic")  # trumpet
    assert (family_of(71), source_of(71)) == ("reed", "acoustic")  # clarinet
    assert (family_of(73), source_of(73)) == ("flute", "acoustic")
    assert (family_of(81), source_of(81)) == ("synth_lead", "synthetic")
