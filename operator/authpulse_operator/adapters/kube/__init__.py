"""A cluster: the status is a subresource, replays are Jobs, scheduled work is CronJobs, news are Events.

The official client's part is small: it finds the cluster and its credentials, and keeps the connections. Its classes
for objects cost many times what the JSON costs that they are made from, so objects are plain JSON here.
"""
