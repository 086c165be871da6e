"""Finding jobs by the words of their prompts.

PostgreSQL's index of words holds the jobs that have ended: a job is not entered while its caller
waits, nor at each step on its way. The open ones are few, and are read.
"""

from django.db.models import Q


def prompts(lookup: str, words: str) -> Q:
    """The jobs whose prompt fits, such as `prompts("icontains", "neon")`."""
    fits = Q(**{f"prompt__{lookup}": words})
    return (fits & Q(ended_at__isnull=False)) | (fits & Q(ended_at__isnull=True))
