import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditModule } from '../audit';
import { Passwords } from './passwords';
import { SessionController } from './session.controller';
import { SessionGuard } from './session.guard';
import { SessionsRepository } from './sessions.repository';
import { SessionsService } from './sessions.service';
import { SetupService } from './setup.service';
import { UsersController } from './users.controller';
import { UsersRepository } from './users.repository';
import { UsersService } from './users.service';

@Module({
  imports: [AuditModule],
  controllers: [SessionController, UsersController],
  providers: [
    Passwords,
    SessionsRepository,
    SessionsService,
    SetupService,
    UsersRepository,
    UsersService,
    { provide: APP_GUARD, useClass: SessionGuard },
  ],
  exports: [SessionsService, SetupService],
})
export class UsersModule {}
