import { Global, Module } from '@nestjs/common';
import { Jobs } from './jobs';
import { JobsRepository } from './jobs.repository';

@Global()
@Module({ providers: [Jobs, JobsRepository], exports: [Jobs] })
export class JobsModule {}
