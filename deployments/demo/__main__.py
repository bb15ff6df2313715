"""The entry point of `make demo`."""

import signal
import sys

if __name__ == "__main__":
    # Until the demo listens to signals itself there is nothing to stop, and a traceback would tell nobody anything.
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    from deployments.demo.run import main

    sys.exit(main())
