import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections';
import { HealthController } from './health.controller';
import { HealthService } from './health.service';

@Module({
  imports: [ConnectionsModule],
  controllers: [HealthController],
  providers: [HealthService],
})
export class HealthModule {}
