"""Students: m_{t+1} = m_t + g(m_t, x_t, t), one step a leaf at constant cost, distilled from a teacher.

A student is structured like its teacher's memory. `slot_student` follows a `stack` tree, whose slots are its leaves;
`ordered_student` one whose leaves share a root's floats; `zonal_student` and `shared_student` follow trees whose slots
are places of the picture. `base.py` says what they share.
The teacher is used, not stored: a student's checkpoint names it.
"""
