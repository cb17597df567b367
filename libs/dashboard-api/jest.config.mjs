import { jestNode } from '../../tools/build/jest-node.mjs';

export default { ...jestNode, displayName: 'dashboard-api', rootDir: import.meta.dirname };
