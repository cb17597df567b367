export * from './playbooks.module';
