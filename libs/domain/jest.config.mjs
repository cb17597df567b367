import { jestNode } from '../../tools/build/jest-node.mjs';

export default { ...jestNode, displayName: 'domain', rootDir: import.meta.dirname };
