/// Leaves out faults and acts of a life for as long as the same checker still objects: what is left is the story.
package struct Shrink {
    package static func run(_ plan: SwarmPlan, checker: String) -> SwarmPlan {
        var faults = Set(plan.faults.indices)
        var acts = Set(plan.acts.indices)
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for index in plan.faults.indices where faults.contains(index) {
                let fewer = faults.subtracting([index])
                guard fails(plan.keeping(faults: fewer, acts: acts), checker) else { continue }
                faults = fewer
                isSmaller = true
            }
            for index in plan.acts.indices where acts.contains(index) {
                let fewer = acts.subtracting([index])
                guard fails(plan.keeping(faults: faults, acts: fewer), checker) else { continue }
                acts = fewer
                isSmaller = true
            }
        }
        return plan.keeping(faults: faults, acts: acts)
    }

    private static func fails(_ plan: SwarmPlan, _ checker: String) -> Bool {
        Episode.run(plan).violations.contains { $0.checker == checker }
    }
}
