/** SWC options for files with decorators (Nest, TypeORM): the emitted metadata is what they inject by. */
export const swcOptions = (moduleType) => ({
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
    experimental: { keepImportAttributes: true },
  },
  module: { type: moduleType },
  sourceMaps: true,
  swcrc: false,
});
