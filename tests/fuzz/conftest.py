"""How long the fuzzing is: ``PLAYGROUND_FUZZ`` examples a test, 60 when it is not set; always the same ones."""

import os

import pytest

hypothesis = pytest.importorskip("hypothesis")

hypothesis.settings.register_profile(
    "playground",
    max_examples=int(os.environ.get("PLAYGROUND_FUZZ", "60")),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile("playground")
