"""The lock for changes of groups, alarms and instances: API calls and the ticker hold it in turn."""

import threading

LOCK = threading.RLock()
