"""How often a server looks for reference cycles."""

import gc


def collect_garbage_rarely() -> None:
    """Leave the loaded program alone, and look at new objects less often.

    A page makes several thousand objects, nearly all of which go when it is done. Python would look
    for cycles after every 700 of them, and now and then through the whole program: a tenth of all
    time, and a pause of 10 ms in some request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
