"""Every way in which Kling's API says no: HTTP status, code and words."""

from __future__ import annotations


class KlingRefusal(Exception):
    """Kling refuses a call."""

    def __init__(self, code: int, message: str = "") -> None:
        self.code = code
        self.status, default = TABLE[code]
        self.message = message or default
        super().__init__(f"{self.status}/{code} {self.message}")


TABLE: dict[int, tuple[int, str]] = {
    1000: (401, "Authentication failed"),
    1001: (401, "Authorization is empty"),
    1002: (401, "api key not found"),
    1003: (401, "Authorization is not yet valid"),
    1004: (401, "Authorization has expired"),
    1100: (429, "Account exception"),
    1101: (429, "Account in arrears"),
    1102: (429, "Resource pack depleted or expired"),
    1103: (403, "Unauthorized access to requested resource"),
    1200: (400, "Invalid request parameters"),
    1201: (400, "Invalid parameters"),
    1202: (404, "The requested method is invalid"),
    1203: (404, "The requested resource does not exist"),
    1300: (400, "Trigger strategy of the platform"),
    1301: (400, "Trigger the content security policy of the platform"),
    1302: (429, "API request too fast, exceeding the rate limit"),
    1303: (429, "parallel task over resource pack limit"),
    1304: (429, "Trigger the IP whitelist policy of the platform"),
    5000: (500, "Server internal error"),
    5001: (503, "Server temporarily unavailable, usually due to maintenance"),
    5002: (504, "Server internal timeout, usually due to a backlog"),
}


def invalid(field: str, why: str) -> KlingRefusal:
    """A 400/1201 whose message names the field, as the vendor's do."""
    return KlingRefusal(1201, f"{field} {why}")
