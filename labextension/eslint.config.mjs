import jupyter from '@jupyter/eslint-plugin';
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import typescript from 'typescript-eslint';

export default [
  { ignores: ['lib/', 'node_modules/', 'coverage/', '.yarn/', 'src/wire.ts'] },
  js.configs.recommended,
  ...typescript.configs.recommended.map(config => ({
    ...config,
    files: ['**/*.ts', '**/*.tsx']
  })),
  {
    plugins: { jupyter },
    languageOptions: { sourceType: 'module' }
  },
  ...jupyter.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './tsconfig.test.json'] }
    },
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      curly: ['error', 'all'],
      'jupyter/prefer-lazy-imports': [
        'warn',
        // the models and the side panel are there from the start; the views
        // of the main area and the dialogs are loaded when first asked for
        {
          ignoreImports: [
            '../models/*',
            '../panels/side',
            '../panels/statusitem'
          ]
        }
      ],
      eqeqeq: 'error',
      'max-lines': ['error', 300],
      'prefer-arrow-callback': 'error'
    }
  },
  {
    // what a test makes ends with its page, and nobody reads it
    files: ['test/**'],
    rules: {
      'jupyter/no-untranslated-string': 'off',
      'jupyter/require-disposable-ownership': 'off'
    }
  },
  {
    files: ['*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        module: 'writable',
        require: 'readonly',
        __dirname: 'readonly'
      }
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' }
  },
  prettier
];
