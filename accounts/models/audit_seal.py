"""The chain over the audit trail: what each entry said when it was sealed."""

from django.db import models


class AuditSeal(models.Model):
    """The seal of one entry. Seals are numbered from 1 without a gap, in the order of the entries.

    `content` is the digest of the entry, `chain` that of the seal before and of `content`; both
    are SHA-256 in hexadecimal. The entry is named and not referred to: a seal outlives what
    somebody removes. `accounts.audit_chain` writes it; triggers refuse change and removal.
    """

    number = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField(unique=True)
    content = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"seal {self.number} of entry {self.entry}"
