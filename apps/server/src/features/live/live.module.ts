import { Module } from '@nestjs/common';
import { UsersModule } from '../users';
import { DashboardGateway } from './dashboard.gateway';
import { LiveService } from './live.service';

@Module({ imports: [UsersModule], providers: [DashboardGateway, LiveService] })
export class LiveModule {}
