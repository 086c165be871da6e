"""The sandbox's credentials. Public constants: they open nothing but the sandbox."""

RUNWAY_KEY = "key_" + "5a" * 64
OPENAI_KEY = "sk-sandbox-0000000000000000"
OPENAI_WEBHOOK_SECRET = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC1vcGVuYWk="
KLING_API_KEY = "api-key-kling-sandbox-" + "0" * 36
KLING_ACCESS_KEY = "sandbox-access"
KLING_SECRET_KEY = "sandbox-secret"
KLING_WEBHOOK_SECRET = "whsec_c2FuZGJveC1jYWxsYmFjay1zZWNyZXQtMDAwMDA="
FAL_KEY = "sandbox-id:sandbox-secret"
PIKA_KEY = "pika-sandbox"
