import { prepareTestbed } from '../windows-testbed/testbed.mjs';

/**
 * A Windows for the tests of the executable: the testbed, which finds or makes a Wine. Answers no variables,
 * since the tests ask the testbed themselves, or what is missing.
 */
export async function windows() {
  const testbed = await prepareTestbed({ log: (text) => console.log(text) });
  return testbed.available ? {} : { missing: testbed.reason };
}
