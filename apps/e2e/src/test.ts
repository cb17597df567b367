import { test as base } from '@playwright/test';
import { type Product, type ProductOptions, startProduct } from './product';

/**
 * Playwright’s `test` with the real product, started once for all files of a project and deleted after them;
 * `test.use({ productOptions })` changes how.
 */
export const test = base.extend<object, { product: Product; productOptions: ProductOptions }>({
  productOptions: [{}, { option: true, scope: 'worker' }],
  product: [
    async ({ productOptions }, use) => {
      const product = await startProduct(productOptions);
      await use(product);
      await product.dispose();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

export { expect } from '@playwright/test';
