"""What a streamed answer holds."""


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)
