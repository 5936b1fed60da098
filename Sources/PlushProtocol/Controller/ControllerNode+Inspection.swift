import OrderedCollections
import PlushTree
import PlushWire

/// What the simulator's checkers may look at. A driver needs none of it, and nothing here changes the node.
extension ControllerNode {
    /// The links below.
    package var childTable: ChildTable {
        children
    }

    /// Children that the shape gives every node.
    package var launchFanout: Int {
        launch.fanout
    }

    /// Whether every host that was to be launched is in the tree or given up.
    package var isLaunchSettled: Bool {
        launch.isSettled
    }

    /// Operations that have not closed.
    package var openOperationIDs: OrderedSet<OperationID> {
        operations.keys
    }

    /// What is known of an operation that has not closed.
    package func state(of id: OperationID) -> OperationState? {
        operations[id]
    }
}
