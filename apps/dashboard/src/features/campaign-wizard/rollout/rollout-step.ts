import { Component } from '@angular/core';
import { DrawEditor } from './draw-editor';
import { GateEditor } from './gate-editor';
import { PaceEditor } from './pace-editor';
import { RetryEditor } from './retry-editor';
import { ScheduleEditor } from './schedule-editor';
import { WavesEditor } from './waves-editor';

/** How the machines are spread over waves, what lets the next wave go, when and how fast. */
@Component({
  selector: 'fm-rollout-step',
  imports: [DrawEditor, GateEditor, PaceEditor, RetryEditor, ScheduleEditor, WavesEditor],
  template: `
    <fm-waves-editor />
    <fm-draw-editor />
    <fm-gate-editor />
    <fm-schedule-editor />
    <fm-pace-editor />
    <fm-retry-editor />
  `,
  styleUrl: '../wizard-step.scss',
})
export class RolloutStep {}
