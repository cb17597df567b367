/**
 * Sends a signal to the process group that a child leads, and to nothing else. The child must have been
 * spawned with `detached: true`, so that the group is its own. This is the only place that signals a group.
 * Answers whether any process of the group was there.
 */
export function signalOwnGroup(child, signal) {
  const { pid } = child;
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
