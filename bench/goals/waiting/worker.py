"""`python -m bench.goals.waiting.worker`: the driver as it is, but clips stay at the vendor.

The stub's clips are none; fetching and checking files is measured elsewhere.
"""

import signal


def main() -> None:
    import django

    django.setup()
    from generation import clock, driver, ingest
    from generation.models import Asset

    def leave(asset_id: int) -> bool:
        Asset.objects.filter(pk=asset_id).update(next_check_at=clock.after(3600))
        return False

    ingest.fetch = leave
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: stopped.append(number))
    driver.run_for_ever(stop=lambda: bool(stopped))


if __name__ == "__main__":
    main()
