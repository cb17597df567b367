/** Stops the PostgreSQL of this test run and removes its files. */
export default async function globalTeardown() {
  await globalThis.stopTestCluster?.();
}
