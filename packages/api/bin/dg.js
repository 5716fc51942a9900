#!/usr/bin/env node
// Part of the sources, so that installing links the command before the first build.
import '../dist/cli.js';
