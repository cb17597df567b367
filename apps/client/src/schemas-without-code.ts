import * as z from 'zod';

/** zod would write code at run time to check faster: more memory and a slower start for a client that checks little. */
z.config({ jitless: true });
