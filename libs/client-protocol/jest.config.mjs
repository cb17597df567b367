import { jestNode } from '../../tools/build/jest-node.mjs';

export default { ...jestNode, displayName: 'client-protocol', rootDir: import.meta.dirname };
