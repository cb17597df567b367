export { savedFiltersMigration } from './saved-filters.migration';
export * from './saved-filters.module';
export { SavedFiltersService } from './saved-filters.service';
