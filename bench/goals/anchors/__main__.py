"""`python -m bench.goals.anchors` installs the peers."""

from bench.goals.anchors import install

install()
