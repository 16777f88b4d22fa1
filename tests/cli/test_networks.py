"""Networks on the command line."""

import json
import re

import numpy as np
import pytest

from osolgil import networks

RUN = ("minimize", "perceptron", "--batch-size", "32", "--epochs", "2", "--learning-rate", "0.003")


def test_training_a_network_prints_losses_and_how_many_digits_are_right(osolgil):
    told = osolgil(*RUN)
    assert told.status == 0
    lines = dict(line.split("  ", 1) for line in told.out.splitlines()[1:])
    facts = {name: text.strip() for name, text in lines.items()}
    assert facts["problem"] == "Perceptron with 64 hidden units, 4,810 parameters, on handwritten digits"
    assert facts["training"].startswith("loss 0.")
    assert facts["validation"].endswith("of 359 right")
    assert facts["test"].endswith("% of 360 right")
    assert facts["effort"] == "68 steps, 68 evaluations, 2 epochs"


def test_training_a_network_as_json_has_losses_accuracies_and_parameters(osolgil):
    told = osolgil(*RUN, "--json").json
    network = networks.named("perceptron")
    assert told["problem"] == "perceptron"
    assert told["status"] == "COMPLETED"
    assert f"{told['validation']:.6g}" in told["message"]
    assert set(told["accuracy"]) == {"train", "validation", "test"}
    assert 0.5 < told["accuracy"]["test"] < 1
    assert len(told["x"]["hidden"]["weight"]) == len(told["jac"]["hidden"]["weight"]) == 64
    x = {name: {part: np.float32(values) for part, values in layer.items()} for name, layer in told["x"].items()}
    assert network.accuracy(x) == told["accuracy"]["test"]


def test_patience_stops_a_network_early_and_that_is_a_success(osolgil):
    arguments = ("--batch-size", "32", "--epochs", "100", "--patience", "1", "--learning-rate", "0.05", "--json")
    told = osolgil("minimize", "perceptron", *arguments)
    assert told.status == 0
    assert told.json["status"] == "EARLY_STOPPED"
    assert told.json["message"].startswith("Stopped early: not improved on validation for 1 epoch; ")


def test_patience_of_a_surface_is_a_stall(osolgil):
    told = osolgil("minimize", "x**2", "--start", "1", "--method", "sgd", "--learning-rate", "1", "--patience", "5")
    assert told.status == 3
    assert told.out.startswith("Stalled at optimality 2 > 1e-06")


def test_options_of_networks_make_another_network(osolgil):
    options = ("--hidden", "8", "--dropout", "0.2", "--seed", "3", "--steps", "1", "--json")
    told = osolgil("minimize", "perceptron", *options).json
    assert len(told["x"]["out"]["weight"]) == 8
    start = networks.named("perceptron", hidden=8, dropout=0.2, seed=3).start
    assert abs(told["x"]["out"]["weight"][0][0] - float(start["out"]["weight"][0, 0])) < 0.0011
    assert told["validation"] > 0


def test_several_methods_train_side_by_side_and_are_drawn(osolgil):
    arguments = ("--methods", "adam,sgd", "--batch-size", "32", "--epochs", "2", "--plot", "losses.png")
    told = osolgil("minimize", "softmax-regression", *arguments)
    assert told.status == 0
    assert "validation" in told.out
    assert told.out.count("%") == 2
    assert "Wrote losses.png" in told.out


def test_an_autoencoder_is_judged_by_its_losses_alone(osolgil):
    arguments = ("minimize", "autoencoder", "--batch-size", "32", "--epochs", "1", "--learning-rate", "0.003")
    told = osolgil(*arguments)
    assert told.status == 0
    assert re.search(r"^training +loss 0\.0\d+ *\nvalidation +loss 0\.0\d+ *$", told.out, re.MULTILINE)
    assert "right" not in told.out
    assert "accuracy" not in osolgil(*arguments, "--json").json
    table = osolgil(*arguments[:6], "--methods", "adam,sgd")
    assert "validation" in table.out
    assert "test" not in table.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("perceptron", "--start", "1,2"), "--start is for surfaces and expressions; the start of a network follows"),
        (("perceptron", "--n", "3"), "--n is for surfaces and expressions"),
        (
            ("beale", "--hidden", "8"),
            "--hidden is for networks: softmax_regression, perceptron, convolutional, autoencoder.",
        ),
        (("x**2", "--start", "1", "--dropout", "0.5"), "--dropout is for networks"),
        (("softmax_regression", "--hidden", "8"), "has no option 'hidden'"),
        (("perceptron", "--dropout", "1.5"), "Dropout must be below 1, but it is 1.5"),
        (("perceptron", "--tune"), "--tune is for surfaces and expressions; give a network's --learning-rate."),
        (("perceptron", "--plot", "x.png", "--picture", "contour"), "--picture contour needs 2 variables"),
        (("perceptron", "--plot", "x.gif"), "a moving picture needs 2 variables, perceptron has 4810"),
    ],
)
def test_what_does_not_go_with_a_network_is_refused(osolgil, arguments, words):
    told = osolgil("minimize", *arguments)
    assert told.status == 2
    assert words in " ".join(told.err.split())


def test_a_network_is_no_surface_to_explain_a_step_on(osolgil):
    told = osolgil("explain", "sgd", "--on", "perceptron")
    assert told.status == 2
    assert "is a network, which is for osolgil minimize" in told.err


@pytest.mark.parametrize(("option", "words"), [((), "parameters"), (("--ko",), "매개변수 4,810개")])
def test_networks_are_listed_with_what_they_teach(osolgil, option, words):
    told = osolgil("problems", *option)
    assert words in told.out
    assert all(name in told.out for name in networks.names())
    listed = json.loads(osolgil("problems", *option, "--json").out)
    [perceptron] = [each for each in listed if each["name"] == "perceptron"]
    network = networks.named("perceptron")
    assert perceptron["teaches"] == (network.teaches_ko if option else network.teaches)
    assert perceptron["n"] == network.n
