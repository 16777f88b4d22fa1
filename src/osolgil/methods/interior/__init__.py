"""What the interior point method is made of: the barrier, the linear system of a step, and the filter.

Here x is continued by a slack s for each row with limits, so that v = (x, s) has nothing but equalities and bounds:

    minimize f(x) subject to c_E(x) = 0, c_I(x) − s = 0, lower ≤ v ≤ upper
"""
