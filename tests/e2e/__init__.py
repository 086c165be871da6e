import pytest

# What they assert is told in full, as in the tests themselves.
pytest.register_assert_rewrite("tests.e2e.desk", "tests.e2e.walker")
