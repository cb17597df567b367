import { Controller, Get, HttpCode, Patch, Post } from '@nestjs/common';
import {
  type NewUser,
  newUserSchema,
  type PasswordChange,
  passwordChangeSchema,
  type User,
  type UserChange,
  userChangeSchema,
  userListSchema,
  userSchema,
} from '@fleetmend/dashboard-api';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  ValidBody,
  ValidParam,
} from '../../platform/http';
import { UsersService } from './users.service';

@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @NeedsRole('administrator')
  @Documented({ summary: 'All users', answer: userListSchema })
  list(): Promise<{ items: User[] }> {
    return this.users.list();
  }

  @Post()
  @NeedsRole('administrator')
  @Documented({ summary: 'Adds a user', answer: userSchema, status: 201 })
  create(@CurrentActor() actor: Actor, @ValidBody(newUserSchema) given: NewUser): Promise<User> {
    return this.users.create(actor, given);
  }

  @Patch(':id')
  @NeedsRole('administrator')
  @Documented({ summary: 'Changes a user', answer: userSchema })
  change(
    @CurrentActor() actor: Actor,
    @ValidParam('id') id: string,
    @ValidBody(userChangeSchema) change: UserChange,
  ): Promise<User> {
    return this.users.change(actor, id, change);
  }

  @Post('me/password')
  @HttpCode(204)
  @NeedsRole('viewer')
  @Documented({ summary: 'Changes one’s own password' })
  changeOwnPassword(
    @CurrentActor() actor: Actor,
    @ValidBody(passwordChangeSchema) change: PasswordChange,
  ): Promise<void> {
    return this.users.changeOwnPassword(actor, change);
  }
}
