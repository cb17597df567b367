import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import angular from 'angular-eslint';
import tseslint from 'typescript-eslint';

/** What the libraries, which run in browser, server and client alike, must never know. */
const frameworks = [
  '@nestjs/*',
  '@angular/*',
  'typeorm',
  'pg',
  'rxjs',
  'socket.io',
  'socket.io-client',
];

/** Who may import whom: tags are set in each project.json; what tags can't say is in tools/test/architecture. */
const boundaries = {
  enforceBuildableLibDependency: false,
  allow: [],
  depConstraints: [
    {
      sourceTag: 'scope:server',
      // Its tests play fleets; that nothing else does is in tools/test/architecture.
      onlyDependOnLibsWithTags: [
        'scope:domain',
        'scope:client-protocol',
        'scope:dashboard-api',
        'scope:simulation',
      ],
      bannedExternalImports: ['@angular/*', 'socket.io-client', 'koffi'],
    },
    {
      sourceTag: 'scope:client',
      onlyDependOnLibsWithTags: ['scope:domain', 'scope:client-protocol'],
      bannedExternalImports: ['@nestjs/*', '@angular/*', 'typeorm', 'pg', 'socket.io'],
    },
    {
      sourceTag: 'scope:simulator',
      onlyDependOnLibsWithTags: ['scope:domain', 'scope:client-protocol', 'scope:simulation'],
      bannedExternalImports: ['@nestjs/*', '@angular/*', 'typeorm', 'pg'],
    },
    {
      sourceTag: 'scope:dashboard',
      onlyDependOnLibsWithTags: ['scope:domain', 'scope:dashboard-api'],
      bannedExternalImports: ['@nestjs/*', 'typeorm', 'pg', 'socket.io', 'koffi'],
    },
    {
      sourceTag: 'scope:e2e',
      onlyDependOnLibsWithTags: ['scope:domain', 'scope:client-protocol', 'scope:dashboard-api'],
      bannedExternalImports: ['@nestjs/*', '@angular/*', 'typeorm'],
    },
    {
      sourceTag: 'scope:client-protocol',
      onlyDependOnLibsWithTags: ['scope:domain'],
      bannedExternalImports: frameworks,
    },
    {
      sourceTag: 'scope:dashboard-api',
      onlyDependOnLibsWithTags: ['scope:domain'],
      bannedExternalImports: frameworks,
    },
    {
      sourceTag: 'scope:simulation',
      onlyDependOnLibsWithTags: ['scope:domain', 'scope:client-protocol'],
      bannedExternalImports: frameworks,
    },
    {
      sourceTag: 'scope:domain',
      onlyDependOnLibsWithTags: [],
      allowedExternalImports: ['croner', 'fast-check'],
    },
  ],
};

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/node_modules',
      '**/.angular',
      '**/.nx',
      '**/.fleetmend',
      '**/fixtures/**',
    ],
  },
  {
    files: ['**/*.mjs'],
    extends: [js.configs.recommended],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        setImmediate: 'readonly',
        performance: 'readonly',
        AbortSignal: 'readonly',
        AbortController: 'readonly',
        TextDecoder: 'readonly',
        structuredClone: 'readonly',
        document: 'readonly',
        window: 'readonly',
      },
    },
  },
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [js.configs.recommended, ...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@nx/enforce-module-boundaries': ['error', boundaries],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['apps/server/src/**/*.ts'],
    // Nest reads constructor types at run time: a type-only import would erase them.
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    files: ['libs/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['node:*'] }] },
  },
  {
    files: ['**/*.spec.ts', '**/testing/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['apps/dashboard/**/*.ts'],
    extends: [...angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
    rules: {
      '@angular-eslint/component-selector': [
        'error',
        { type: 'element', prefix: 'fm', style: 'kebab-case' },
      ],
      '@angular-eslint/directive-selector': [
        'error',
        { type: 'attribute', prefix: 'fm', style: 'camelCase' },
      ],
    },
  },
  {
    files: ['apps/dashboard/**/*.html'],
    extends: [...angular.configs.templateRecommended, ...angular.configs.templateAccessibility],
  },
);
