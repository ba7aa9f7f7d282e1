"""The one lock under which groups, alarms and instances change: API calls and the ticker take turns."""

import threading

LOCK = threading.RLock()
