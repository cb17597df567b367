import { jestNode } from '../../tools/build/jest-node.mjs';

export default { ...jestNode, displayName: 'server', rootDir: import.meta.dirname };
