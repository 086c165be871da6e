"""Telling the outside that a job has ended. Rows first, delivery after."""


def job_ended(job_id: int) -> None:
    """Note that somebody is to be told; inside the transaction that ended the job."""


def deliver_due() -> int:
    """Deliver what is due. Returns how many were tried."""
    return 0
