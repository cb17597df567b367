export * from './obstacle';
export * from './obstacles';
export { settingAuthor } from './policy-obstacles';
