import PlushRuntime

// One static file that runs on any host of its architecture: see PlushRuntime's article for what it may link.
AgentProcess.run(argumentCount: CommandLine.argc, argumentVector: CommandLine.unsafeArgv)
